import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ResourceSettings } from './settings';

/**
 * Only what the file names. No detector runs: those would publish the command line, and with it a database URL
 * given as an argument.
 */
export function createResource(settings: ResourceSettings): Resource {
  const options = settings.schemaUrl === undefined ? {} : { schemaUrl: settings.schemaUrl };
  return defaultResource().merge(resourceFromAttributes({ ...settings.attributes }, options));
}
