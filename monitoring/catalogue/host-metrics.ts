/** What the scraper and Fly know about a machine without asking it (https://fly.io/docs/monitoring/metrics/). */

function gauge(name: string, unit: string, help: string, labels: Readonly<Record<string, 'open'>> = {}) {
  return { name, type: 'gauge' as const, unit, labels, when: 'always' as const, help };
}

export const HOST_METRICS = [
  gauge('up', '1', '1 when the last scrape of the target succeeded'),
  gauge('scrape_duration_seconds', 's', 'Duration of the last scrape, as the scraper saw it'),
  gauge('scrape_samples_scraped', '{sample}', 'Samples of the last scrape'),
  gauge('scrape_samples_post_metric_relabeling', '{sample}', 'Samples kept of the last scrape'),
  gauge('scrape_series_added', '{series}', 'Series that the last scrape added'),
  gauge('fly_instance_up', '1', '1 while Fly runs the machine; the series ends with the machine'),
  gauge('fly_instance_exit_code', '1', 'Exit code of the last run'),
  gauge('fly_instance_exit_oom', '1', '1 when the last run was ended for want of memory'),
  gauge('fly_instance_memory_mem_total', 'By', 'Memory of the machine'),
  gauge('fly_instance_memory_mem_available', 'By', 'Memory that a process could still get'),
  gauge('fly_instance_cpu_throttle', 'cs', 'Time the machine was throttled'),
  gauge('fly_instance_cpu_balance', 'cs', 'Burst balance of a shared processor'),
  gauge('fly_instance_load_average', '1', 'Load average', { minutes: 'open' }),
  gauge('fly_volume_used_pct', '%', 'Used part of a volume'),
];
