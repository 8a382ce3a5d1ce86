/** Records of anomaly detectors: `["detector", account, region, digest of what it watches]`. */
import { hash } from "node:crypto";
import type { AnomalyDetectorConfiguration, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Key, StoreRead } from "../../core/store.ts";

interface DetectorSettings {
  readonly configuration?: AnomalyDetectorConfiguration;
  readonly periodicSpikes?: boolean;
}

export type DetectorRecord = DetectorSettings &
  (
    | {
        readonly kind: "single";
        readonly namespace: string;
        readonly name: string;
        readonly stat: string;
        /** By name. */
        readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
      }
    | { readonly kind: "math"; readonly queries: readonly MetricDataQuery[] }
  );

interface Place {
  readonly account: string;
  readonly region: string;
}

export function detectorKey({ account, region }: Place, detector: DetectorRecord): Key {
  const watched =
    detector.kind === "math"
      ? detector.queries
      : [detector.namespace, detector.name, detector.stat, detector.dimensions.map(({ Name, Value }) => [Name, Value])];
  return ["detector", account, region, hash("sha256", JSON.stringify(watched))];
}

export function findDetector(store: StoreRead, place: Place, detector: DetectorRecord): DetectorRecord | undefined {
  return store.get<DetectorRecord>(detectorKey(place, detector));
}

/** Times that a detector was told to leave out of its learning. */
export function leftOut(detector: DetectorRecord | undefined): (time: number) => boolean {
  const ranges = (detector?.configuration?.ExcludedTimeRanges ?? []).map(({ StartTime, EndTime }) => ({
    fromMs: StartTime?.getTime() ?? 0,
    toMs: EndTime?.getTime() ?? 0,
  }));
  return (time) => ranges.some(({ fromMs, toMs }) => time >= fromMs && time < toMs);
}
