import type { NativeDataSource } from "../../resource.ts";
import { allPages } from "../pages.ts";

/** `aws_lambda_functions`: all of the region. */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_functions",
  async read(aws) {
    const found = await allPages(async (Marker) => {
      const answer = await aws.clients.lambda.listFunctions(Marker === undefined ? {} : { Marker });
      return { items: answer.Functions, next: answer.NextMarker };
    });
    return {
      id: aws.region,
      function_arns: found.map(({ FunctionArn }) => FunctionArn ?? ""),
      function_names: found.map(({ FunctionName }) => FunctionName ?? ""),
    };
  },
};
