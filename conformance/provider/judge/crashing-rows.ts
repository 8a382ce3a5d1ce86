/**
 * Rows of the schema on which the real provider's process ends instead of answering, with the reason: no answer to compare, and every row
 * after it would find no provider.
 */
interface Crash {
  readonly types: readonly string[];
  /** The row's name. */
  readonly row: RegExp;
  readonly why: string;
}

const CRASHES: readonly Crash[] = [
  {
    types: ["aws_api_gateway_domain_name", "aws_api_gateway_rest_api"],
    row: /endpoint_configuration = \[\{"types":"\(known after apply\)"/,
    why: "endpointConfigurationPlantimeValidate (internal/service/apigateway/rest_api.go) takes the first of an endpoint's types, which are not known yet",
  },
];

export function endsTheRealOne(type: string, row: string): boolean {
  return CRASHES.some((crash) => crash.types.includes(type) && crash.row.test(row));
}
