/** A composite alarm names others; AWS refuses it when one of them does not exist yet. */
import { type Diagnostic, warningDiagnostic } from "@dovetail/model";
import { type PlanCheck, text } from "./check.ts";

export const compositeAlarmCheck: PlanCheck = {
  name: "composite-alarm",
  run(plan) {
    const alarms = new Map(
      [...plan.byType("aws_cloudwatch_metric_alarm"), ...plan.byType("aws_cloudwatch_composite_alarm")].flatMap((change) => {
        const name = text(change, "alarm_name");
        return name === undefined ? [] : [[name, change.address] as const];
      }),
    );
    return plan.byType("aws_cloudwatch_composite_alarm").flatMap((composite) => {
      const rule = text(composite, "alarm_rule");
      if (rule === undefined) return [];
      return namedIn(rule).flatMap((name): Diagnostic[] => {
        const address = alarms.get(name);
        const range = composite.range === undefined ? {} : { range: composite.range };
        if (address === undefined) {
          return [
            warningDiagnostic("DVT3009", "Setting refused or without effect on AWS", {
              address: composite.address,
              ...range,
              detail: `The rule names the alarm "${name}", which this program does not declare. AWS refuses the composite alarm unless it exists already.`,
            }),
          ];
        }
        if (address === composite.address || composite.dependencies.includes(address)) return [];
        return [
          warningDiagnostic("DVT3009", "Setting refused or without effect on AWS", {
            address: composite.address,
            ...range,
            detail: `The rule names the alarm "${name}" (${address}) by text only, so it may be created later, and AWS then refuses the composite alarm.`,
            fix: "Use the alarm's name output in the rule, or add it to dependsOn.",
          }),
        ];
      });
    });
  },
};

/** Alarm names in a rule: `ALARM("a")`, `OK(b)`, `INSUFFICIENT_DATA("arn:…:alarm:c")`. */
export function namedIn(rule: string): readonly string[] {
  const names = [...rule.matchAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("[^"]*"|[^)\s]+)\s*\)/g)].map(([, name]) =>
    (name ?? "").replace(/^"|"$/g, ""),
  );
  return [
    ...new Set(names.map((name) => (name.startsWith("arn:") ? name.slice(name.indexOf(":alarm:") + ":alarm:".length) : name))),
  ];
}
