// What is made of an agent's metrics (docs/metrics.md): stages, reports, an exporter, spans. An entry of its own: an agent
// works without.
export { createMetricsExporter } from './metrics/metrics-exporter.ts';
export type {
  MetricsDrop,
  MetricsDropReason,
  MetricsExporter,
  MetricsExporterOptions,
  MetricsExporterStats,
  MetricsSource,
} from './metrics/metrics-exporter-api.ts';
export { createMetricsReport, summarizeStages } from './metrics/metrics-report.ts';
export type { MetricsReport, StageSummary, SummarizedStage } from './metrics/metrics-report.ts';
export { toTurnTimeline, TURN_STAGES } from './metrics/turn-timeline.ts';
export type { StageSpan, TurnStage, TurnTimeline } from './metrics/turn-timeline.ts';
export { attachTurnTracing } from './metrics/turn-tracing.ts';
export type {
  SpanAttributes,
  SpanTime,
  TracingApi,
  TurnSpan,
  TurnTracer,
  TurnTracingOptions,
} from './metrics/turn-tracing.ts';
