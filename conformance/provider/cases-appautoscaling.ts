import type { Group, Made } from "./life.ts";

const reads = (made: Made) => ({
  service_namespace: "dynamodb",
  resource_id: `table/${String(made("table", "name"))}`,
  scalable_dimension: "dynamodb:table:ReadCapacityUnits",
});
const followed = (target_value: number, more: object = {}) => [
  {
    target_value,
    predefined_metric_specification: [{ predefined_metric_type: "DynamoDBReadCapacityUtilization" }],
    ...more,
  },
];

export const APPAUTOSCALING: Group = {
  name: "Application Auto Scaling",
  rows: [
    {
      type: "aws_dynamodb_table",
      name: "table",
      config: () => ({
        name: "scaled",
        billing_mode: "PROVISIONED",
        read_capacity: 5,
        write_capacity: 5,
        hash_key: "id",
        attribute: [{ name: "id", type: "S" }],
      }),
    },
    {
      type: "aws_appautoscaling_target",
      name: "reads",
      config: (made) => ({ ...reads(made), min_capacity: 5, max_capacity: 50 }),
      changes: [
        (made) => ({ ...reads(made), min_capacity: 0, max_capacity: 60, tags: { Env: "dev" } }),
        (made) => ({
          ...reads(made),
          min_capacity: 5,
          max_capacity: 60,
          tags: { Owner: "me" },
          suspended_state: [{ dynamic_scaling_in_suspended: true }],
        }),
      ],
      importId: () => "dynamodb/table/scaled/dynamodb:table:ReadCapacityUnits",
    },
    {
      type: "aws_appautoscaling_policy",
      name: "policy",
      config: (made) => ({
        ...reads(made),
        name: "follow",
        policy_type: "TargetTrackingScaling",
        target_tracking_scaling_policy_configuration: followed(70),
      }),
      changes: [
        (made) => ({
          ...reads(made),
          name: "follow",
          policy_type: "TargetTrackingScaling",
          target_tracking_scaling_policy_configuration: followed(50, { scale_in_cooldown: 60, scale_out_cooldown: 30 }),
        }),
        (made) => ({
          ...reads(made),
          name: "follow",
          policy_type: "TargetTrackingScaling",
          target_tracking_scaling_policy_configuration: [
            {
              target_value: 12.5,
              disable_scale_in: true,
              customized_metric_specification: [
                { metric_name: "Depth", namespace: "App", statistic: "Average", dimensions: [{ name: "Queue", value: "jobs" }] },
              ],
            },
          ],
        }),
      ],
      importId: () => "dynamodb/table/scaled/dynamodb:table:ReadCapacityUnits/follow",
    },
    {
      type: "aws_appautoscaling_scheduled_action",
      name: "night",
      config: (made) => ({
        ...reads(made),
        name: "night",
        schedule: "cron(0 22 * * ? *)",
        scalable_target_action: [{ min_capacity: "1", max_capacity: "10" }],
      }),
      changes: [
        (made) => ({
          ...reads(made),
          name: "night",
          schedule: "at(2030-01-01T00:00:00)",
          timezone: "Europe/Berlin",
          start_time: "2029-12-31T00:00:00Z",
          end_time: "2030-02-01T00:00:00Z",
          scalable_target_action: [{ max_capacity: "20" }],
        }),
      ],
      importId: null,
    },
  ],
  looks: [],
  refusals: [],
};
