/** Groups of lives, data sources and refusals. A row may name what earlier rows of its group made; each group stands alone. */
import { APIGATEWAY } from "./cases-apigateway-lives.ts";
import { APIGATEWAYV2 } from "./cases-apigatewayv2-lives.ts";
import { APPAUTOSCALING } from "./cases-appautoscaling.ts";
import { BUDGETS } from "./cases-budgets.ts";
import { COGNITO } from "./cases-cognito-lives.ts";
import { DYNAMODB } from "./cases-dynamodb-lives.ts";
import { IAM } from "./cases-iam-lives.ts";
import { LAMBDA } from "./cases-lambda-lives.ts";
import { NETWORK } from "./cases-network-lives.ts";
import { PLACES } from "./cases-places.ts";
import { S3 } from "./cases-s3-lives.ts";
import type { Group } from "./life.ts";

export const GROUPS: readonly Group[] = [
  IAM,
  COGNITO,
  S3,
  LAMBDA,
  DYNAMODB,
  APIGATEWAY,
  APIGATEWAYV2,
  PLACES,
  BUDGETS,
  APPAUTOSCALING,
  NETWORK,
];
