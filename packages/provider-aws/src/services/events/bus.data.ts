import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { EVENTS_MISSING } from "./find.ts";

/** aws_cloudwatch_event_bus (data source). */
export const dataSource: NativeDataSource = {
  type: "aws_cloudwatch_event_bus",
  async read(aws, config): Promise<ValueObject> {
    const name = requiredText(config, "name");
    const bus = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeEventBus({ Name: name }));
    if (bus === undefined) throw notFound(`EventBridge Event Bus (${name})`);
    const values: MutableValueObject = {
      id: name,
      arn: bus.Arn ?? "",
      dead_letter_config: bus.DeadLetterConfig === undefined ? [] : [{ arn: bus.DeadLetterConfig.Arn ?? "" }],
      description: bus.Description ?? "",
      kms_key_identifier: bus.KmsKeyIdentifier ?? "",
      name: bus.Name ?? name,
    };
    if (aws.edition === "5.100.0") return values;
    const { IncludeDetail = "", Level = "" } = bus.LogConfig ?? {};
    values.log_config = bus.LogConfig === undefined ? [] : [{ include_detail: IncludeDetail, level: Level }];
    return values;
  },
};
