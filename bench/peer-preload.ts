/** What one writes with sdk-node to get what the preload gives: the Prometheus exporter and Node's own metrics. */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { NodeSDK } from '@opentelemetry/sdk-node';

new NodeSDK({
  metricReaders: [new PrometheusExporter({ host: '127.0.0.1', port: Number(process.env.METRICS_PORT) })],
  instrumentations: [new RuntimeNodeInstrumentation()],
}).start();
