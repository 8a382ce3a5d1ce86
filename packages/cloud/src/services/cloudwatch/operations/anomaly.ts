/** Anomaly detectors: which metrics have one, and what it leaves out. Their band is `anomaly-band.ts`'s. */
import type {
  AnomalyDetectorConfiguration,
  DeleteAnomalyDetectorCommandInput,
  DescribeAnomalyDetectorsCommandInput,
  Dimension,
  MetricDataQuery,
  PutAnomalyDetectorCommandInput,
} from "@aws-sdk/client-cloudwatch";
import type { Ctx } from "../../../core/service.ts";
import { statistic } from "../aggregate.ts";
import { TRAINING_MS, TRAINING_POINTS_MIN } from "../anomaly-band.ts";
import { type DetectorRecord, detectorKey, findDetector } from "../anomaly-store.ts";
import { invalidCombination, invalidNextToken, invalidValue, missingParameter, resourceNotFoundException } from "../errors.ts";
import { metricHash, readSteps, sortedDimensions } from "../metric-store.ts";
import { checkQueries } from "../query.ts";

const PAGE_MAX = 100;
const MINUTE_MS = 60_000;

interface Given {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: Dimension[] | undefined;
  readonly Stat?: string | undefined;
  readonly SingleMetricAnomalyDetector?: PutAnomalyDetectorCommandInput["SingleMetricAnomalyDetector"];
  readonly MetricMathAnomalyDetector?: PutAnomalyDetectorCommandInput["MetricMathAnomalyDetector"];
}

function readSingle(given: Given): DetectorRecord {
  const {
    Namespace: namespace,
    MetricName: name,
    Stat: stat,
    Dimensions: dimensions = [],
  } = given.SingleMetricAnomalyDetector ?? given;
  for (const [member, value] of Object.entries({ Namespace: namespace, MetricName: name, Stat: stat }))
    if (value === undefined) throw missingParameter(`The parameter ${member} is required.`);
  if (statistic(stat ?? "") === undefined) throw invalidValue(`The value ${stat} for parameter Stat is not supported.`);
  return {
    kind: "single",
    namespace: namespace ?? "",
    name: name ?? "",
    stat: stat ?? "",
    dimensions: sortedDimensions(dimensions),
  };
}

function readMath(queries: readonly MetricDataQuery[]): DetectorRecord {
  checkQueries(queries);
  const shown = queries.filter((query) => query.ReturnData !== false);
  if (shown.length !== 1) throw invalidValue("Exactly one element of MetricDataQueries must return data.");
  return { kind: "math", queries };
}

/** One metric, or what metric math makes of several. Throws where it is both or neither. */
function readDetector(given: Given): DetectorRecord {
  const { MetricMathAnomalyDetector: math, SingleMetricAnomalyDetector: single, Namespace, MetricName, Dimensions, Stat } = given;
  const isPlain = [Namespace, MetricName, Dimensions, Stat].some((member) => member !== undefined);
  if ([math !== undefined, single !== undefined, isPlain].filter(Boolean).length > 1)
    throw invalidCombination(
      "SingleMetricAnomalyDetector, MetricMathAnomalyDetector, and Namespace, MetricName, Dimensions and Stat can't be given together.",
    );
  return math === undefined ? readSingle(given) : readMath(math.MetricDataQueries ?? []);
}

function checkConfiguration(configuration: AnomalyDetectorConfiguration | undefined): void {
  for (const { StartTime, EndTime } of configuration?.ExcludedTimeRanges ?? [])
    if ((StartTime?.getTime() ?? 0) >= (EndTime?.getTime() ?? 0))
      throw invalidValue("The StartTime of an excluded time range must be before its EndTime.");
}

export function putAnomalyDetector(ctx: Ctx, input: PutAnomalyDetectorCommandInput): object {
  const detector = readDetector(input);
  checkConfiguration(input.Configuration);
  const { Configuration: configuration, MetricCharacteristics } = input;
  ctx.store.put(detectorKey(ctx, detector), {
    ...detector,
    ...(configuration === undefined ? {} : { configuration }),
    ...(MetricCharacteristics?.PeriodicSpikes === undefined ? {} : { periodicSpikes: MetricCharacteristics.PeriodicSpikes }),
  });
  return {};
}

export function deleteAnomalyDetector(ctx: Ctx, input: DeleteAnomalyDetectorCommandInput): object {
  const detector = readDetector(input);
  if (findDetector(ctx.store, ctx, detector) === undefined)
    throw resourceNotFoundException("The anomaly detector that you specified does not exist.");
  ctx.store.remove(detectorKey(ctx, detector));
  return {};
}

/** Has the metric had enough data in two weeks? What math makes is not counted. */
function stateOf(ctx: Ctx, detector: DetectorRecord): string {
  if (detector.kind === "math") return "TRAINED";
  const hash = metricHash({ account: ctx.account, region: ctx.region, ...detector });
  const range = { fromMs: ctx.now() - TRAINING_MS, toMs: ctx.now() + MINUTE_MS, periodMs: MINUTE_MS, originMs: 0 };
  return readSteps(ctx.store, hash, range).size < TRAINING_POINTS_MIN ? "PENDING_TRAINING" : "TRAINED";
}

function show(ctx: Ctx, detector: DetectorRecord): object {
  const common = {
    StateValue: stateOf(ctx, detector),
    Configuration: detector.configuration ?? { ExcludedTimeRanges: [] },
    ...(detector.periodicSpikes === undefined ? {} : { MetricCharacteristics: { PeriodicSpikes: detector.periodicSpikes } }),
  };
  if (detector.kind === "math") return { ...common, MetricMathAnomalyDetector: { MetricDataQueries: detector.queries } };
  const { namespace: Namespace, name: MetricName, stat: Stat, dimensions: Dimensions } = detector;
  const metric = { Namespace, MetricName, Dimensions, Stat };
  return { ...common, ...metric, SingleMetricAnomalyDetector: metric };
}

function isWanted(detector: DetectorRecord, input: DescribeAnomalyDetectorsCommandInput): boolean {
  const types = input.AnomalyDetectorTypes ?? ["SINGLE_METRIC"];
  if (!types.includes(detector.kind === "math" ? "METRIC_MATH" : "SINGLE_METRIC")) return false;
  if (detector.kind === "math") return input.Namespace === undefined && input.MetricName === undefined;
  if (input.Namespace !== undefined && input.Namespace !== detector.namespace) return false;
  if (input.MetricName !== undefined && input.MetricName !== detector.name) return false;
  return (input.Dimensions ?? []).every(({ Name, Value }) =>
    detector.dimensions.some((each) => each.Name === Name && each.Value === Value),
  );
}

export function describeAnomalyDetectors(ctx: Ctx, input: DescribeAnomalyDetectorsCommandInput): object {
  const from = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, "base64").toString());
  if (!Number.isSafeInteger(from) || from < 0) throw invalidNextToken("The NextToken is not valid.");
  const all = [...ctx.store.range<DetectorRecord>({ prefix: ["detector", ctx.account, ctx.region] })]
    .map(({ value }) => value)
    .filter((detector) => isWanted(detector, input));
  const end = from + (input.MaxResults ?? PAGE_MAX);
  return {
    AnomalyDetectors: all.slice(from, end).map((detector) => show(ctx, detector)),
    ...(end < all.length ? { NextToken: Buffer.from(String(end)).toString("base64") } : {}),
  };
}
