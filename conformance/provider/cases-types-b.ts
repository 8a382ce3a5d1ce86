/** Groups of lives, data sources and refusals. A row may name what earlier rows of its group made; each group stands alone. */
import { COGNITO } from "./cases-cognito-lives.ts";
import { IAM } from "./cases-iam-lives.ts";
import type { Group } from "./life.ts";

export const GROUPS: readonly Group[] = [IAM, COGNITO];
