import type { NativeDataSource } from "../../resource.ts";
import { allPages } from "../pages.ts";

/** `aws_dynamodb_tables`: names of all of the region. */
export const dataSource: NativeDataSource = {
  type: "aws_dynamodb_tables",
  async read(aws) {
    const names = await allPages<string>(async (ExclusiveStartTableName) => {
      const answer = await aws.clients.dynamodb.listTables(
        ExclusiveStartTableName === undefined ? {} : { ExclusiveStartTableName },
      );
      return { items: answer.TableNames, next: answer.LastEvaluatedTableName };
    });
    return { id: aws.region, names };
  },
};
