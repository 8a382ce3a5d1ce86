/** DynamoDB beside its items: PartiQL, backups, recovery, exports, destinations. Expectations: the API reference and Developer Guide. */
import { type Scenario, stepsOf } from "./case.ts";

const db = stepsOf("dynamodb");
const NO_TABLE = "ResourceNotFoundException";
const BACKUP_ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/none/backup/01489173575360-b308cd7d";
const EXPORT_ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/none/export/01489173575360-b308cd7d";
const STREAM_ARN = "arn:aws:kinesis:eu-west-1:000000000000:stream/none";

function table(TableName: string) {
  return db.ok("CreateTable", {
    TableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
}

function provisioned(units: number) {
  return { TableName: "steady", ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: 9 } };
}

function policy(Action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }] });
}

export const moreDataScenarios: readonly Scenario[] = [
  {
    name: "dynamodb: PartiQL",
    steps: [
      db.fails("ExecuteStatement", { Statement: 'SELECT * FROM "none"' }, NO_TABLE, 400, "Requested resource not found"),
      table("music"),
      db.ok(
        "ExecuteStatement",
        { Statement: "INSERT INTO music VALUE {'id': 'a', 'n': 1, 's': <<'x'>>}" },
        { output: { Items: [] } },
      ),
      db.fails(
        "ExecuteStatement",
        { Statement: "INSERT INTO music VALUE {'id': 'a'}" },
        "DuplicateItemException",
        400,
        "Duplicate primary key exists in table",
      ),
      db.ok(
        "ExecuteStatement",
        { Statement: "SELECT n, s FROM music WHERE id = ?", Parameters: [{ S: "a" }] },
        { output: { Items: [{ n: { N: "1" }, s: { SS: ["x"] } }] } },
      ),
      db.ok(
        "ExecuteStatement",
        { Statement: "UPDATE music SET n = n + 1 WHERE id = 'a' AND n = 1 RETURNING ALL NEW *" },
        { output: { Items: [{ n: { N: "2" } }] } },
      ),
      db.fails(
        "ExecuteStatement",
        { Statement: "UPDATE music SET n = 3 WHERE id = 'b'" },
        "ConditionalCheckFailedException",
        400,
      ),
      db.fails(
        "ExecuteStatement",
        { Statement: "UPDATE music SET n = 3" },
        "ValidationException",
        400,
        "Where clause does not contain a mandatory equality on all key attributes",
      ),
      db.fails(
        "ExecuteStatement",
        { Statement: "SELEC" },
        "ValidationException",
        400,
        "Statement wasn't well formed, can't be processed: SELEC",
      ),
      db.ok(
        "BatchExecuteStatement",
        {
          Statements: [{ Statement: "SELECT n FROM music WHERE id = 'a'" }, { Statement: "SELECT n FROM music WHERE id = 'z'" }],
          ReturnConsumedCapacity: "TOTAL",
        },
        {
          output: {
            Responses: [{ TableName: "music", Item: { n: { N: "2" } } }, { TableName: "music" }],
            ConsumedCapacity: [{ TableName: "music", CapacityUnits: 1 }],
          },
        },
      ),
      db.ok(
        "ExecuteTransaction",
        {
          TransactStatements: [
            { Statement: "INSERT INTO music VALUE {'id': 'b'}" },
            { Statement: "EXISTS(SELECT * FROM music WHERE id = 'a' AND n = 2)" },
          ],
        },
        { output: { Responses: [] } },
      ),
      db.fails(
        "ExecuteTransaction",
        { TransactStatements: [{ Statement: "INSERT INTO music VALUE {'id': 'b'}" }] },
        "TransactionCanceledException",
        400,
        "Transaction cancelled, please refer cancellation reasons for specific reasons [DuplicateItem]",
      ),
      db.ok(
        "ExecuteStatement",
        { Statement: "DELETE FROM music WHERE id = 'b' RETURNING ALL OLD *" },
        { output: { Items: [{ id: { S: "b" } }] } },
      ),
      db.ok("DeleteTable", { TableName: "music" }),
    ],
  },
  {
    name: "dynamodb: backups, recovery and exports",
    steps: [
      db.fails("CreateBackup", { TableName: "none", BackupName: "on" }, "ValidationException", 400),
      db.fails("CreateBackup", { TableName: "none", BackupName: "one-" }, "TableNotFoundException", 400, "Table not found: none"),
      db.fails("DescribeBackup", { BackupArn: BACKUP_ARN }, "BackupNotFoundException", 400, `Backup not found: ${BACKUP_ARN}`),
      db.fails("DeleteBackup", { BackupArn: BACKUP_ARN }, "BackupNotFoundException", 400),
      db.fails("RestoreTableFromBackup", { BackupArn: BACKUP_ARN, TargetTableName: "new" }, "BackupNotFoundException", 400),
      db.fails("DescribeExport", { ExportArn: EXPORT_ARN }, "ExportNotFoundException", 400),
      db.ok("ListBackups", {}, { output: { BackupSummaries: [] } }),
      db.ok("ListExports", {}, { output: { ExportSummaries: [] } }),
      table("kept"),
      db.ok("PutItem", { TableName: "kept", Item: { id: { S: "a" } } }),
      db.ok(
        "CreateBackup",
        { TableName: "kept", BackupName: "nightly" },
        { output: { BackupDetails: { BackupName: "nightly", BackupType: "USER" } }, keep: { backup: "BackupDetails.BackupArn" } },
      ),
      db.ok(
        "DescribeBackup",
        { BackupArn: "@{backup}" },
        { output: { BackupDescription: { SourceTableDetails: { ItemCount: 1 } } } },
      ),
      db.ok(
        "ListBackups",
        { TableName: "kept" },
        { output: { BackupSummaries: [{ BackupName: "nightly", BackupStatus: "AVAILABLE" }] } },
      ),
      db.ok(
        "RestoreTableFromBackup",
        { BackupArn: "@{backup}", TargetTableName: "kept-2" },
        { output: { TableDescription: { TableStatus: "CREATING", RestoreSummary: { RestoreInProgress: true } } } },
      ),
      db.ok("Scan", { TableName: "kept-2" }, { output: { Count: 1 } }),
      db.fails(
        "RestoreTableFromBackup",
        { BackupArn: "@{backup}", TargetTableName: "kept-2" },
        "TableAlreadyExistsException",
        400,
        "Table already exists: kept-2",
      ),
      db.fails(
        "RestoreTableToPointInTime",
        { SourceTableName: "kept", TargetTableName: "kept-3", UseLatestRestorableTime: true },
        "PointInTimeRecoveryUnavailableException",
        400,
        "Point in time recovery is not enabled for table 'kept'",
      ),
      db.ok(
        "UpdateContinuousBackups",
        { TableName: "kept", PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        {
          output: {
            ContinuousBackupsDescription: {
              PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED", RecoveryPeriodInDays: 35 },
            },
          },
        },
      ),
      db.ok("RestoreTableToPointInTime", { SourceTableName: "kept", TargetTableName: "kept-3", UseLatestRestorableTime: true }),
      db.ok(
        "DeleteBackup",
        { BackupArn: "@{backup}" },
        { output: { BackupDescription: { BackupDetails: { BackupStatus: "DELETED" } } } },
      ),
      ...["kept", "kept-2", "kept-3"].map((TableName) => db.ok("DeleteTable", { TableName })),
    ],
  },
  {
    name: "dynamodb: destinations, insights and warm throughput",
    steps: [
      table("sent"),
      db.fails("EnableKinesisStreamingDestination", { TableName: "none", StreamArn: STREAM_ARN }, NO_TABLE, 400),
      db.fails("EnableKinesisStreamingDestination", { TableName: "sent", StreamArn: STREAM_ARN }, NO_TABLE, 400),
      db.fails("DisableKinesisStreamingDestination", { TableName: "sent", StreamArn: STREAM_ARN }, "ValidationException", 400),
      db.ok("DescribeKinesisStreamingDestination", { TableName: "sent" }, { output: { KinesisDataStreamDestinations: [] } }),
      db.ok("UpdateContributorInsights", { TableName: "sent", ContributorInsightsAction: "ENABLE" }),
      db.ok(
        "ListContributorInsights",
        { TableName: "sent" },
        { output: { ContributorInsightsSummaries: [{ TableName: "sent", ContributorInsightsStatus: "ENABLED" }] } },
      ),
      db.ok(
        "UpdateTable",
        { TableName: "sent", WarmThroughput: { ReadUnitsPerSecond: 15000, WriteUnitsPerSecond: 5000 } },
        { output: { TableDescription: { WarmThroughput: { ReadUnitsPerSecond: 15000, WriteUnitsPerSecond: 5000 } } } },
      ),
      db.fails("UpdateTable", { TableName: "sent", WarmThroughput: { ReadUnitsPerSecond: 100 } }, "ValidationException", 400),
      db.ok("DeleteTable", { TableName: "sent" }),
    ],
  },
  {
    name: "dynamodb: throughput, its limits, and resource policies",
    steps: [
      db.ok(
        "CreateTable",
        {
          TableName: "steady",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          ProvisionedThroughput: { ReadCapacityUnits: 9, WriteCapacityUnits: 9 },
        },
        { keep: { arn: "TableDescription.TableArn" } },
      ),
      db.fails("UpdateTable", provisioned(9), "ValidationException", 400, "The requested value equals the current value"),
      ...[8, 7, 6, 5].map((units) => db.ok("UpdateTable", provisioned(units))),
      db.fails("UpdateTable", provisioned(4), "LimitExceededException", 400, "Number of decreases today: 4"),
      db.ok(
        "DescribeTable",
        { TableName: "steady" },
        { output: { Table: { ProvisionedThroughput: { NumberOfDecreasesToday: 4 } } } },
      ),
      db.fails(
        "UpdateTable",
        { TableName: "steady", OnDemandThroughput: { MaxReadRequestUnits: 5 } },
        "ValidationException",
        400,
        "when BillingMode is PROVISIONED",
      ),
      db.ok("UpdateTable", { TableName: "steady", TableClass: "STANDARD_INFREQUENT_ACCESS" }),
      db.ok("UpdateTable", { TableName: "steady", TableClass: "STANDARD" }),
      db.fails("UpdateTable", { TableName: "steady", TableClass: "STANDARD_INFREQUENT_ACCESS" }, "LimitExceededException", 400),
      db.fails(
        "PutResourcePolicy",
        { ResourceArn: "@{arn}", Policy: policy("dynamodb:ListStreams") },
        "ValidationException",
        400,
        'Invalid policy document: The following action names are invalid: "dynamodb:ListStreams"',
      ),
      db.fails(
        "PutResourcePolicy",
        { ResourceArn: "@{arn}", Policy: policy("dynamodb:GetItem"), ExpectedRevisionId: "1" },
        "PolicyNotFoundException",
        400,
      ),
      db.ok(
        "PutResourcePolicy",
        { ResourceArn: "@{arn}", Policy: policy("dynamodb:GetItem"), ExpectedRevisionId: "NO_POLICY" },
        { keep: { revision: "RevisionId" } },
      ),
      db.ok("GetResourcePolicy", { ResourceArn: "@{arn}" }, { output: { Policy: policy("dynamodb:GetItem") } }),
      db.ok("DeleteResourcePolicy", { ResourceArn: "@{arn}", ExpectedRevisionId: "@{revision}" }),
      db.fails("GetResourcePolicy", { ResourceArn: "@{arn}" }, "PolicyNotFoundException", 400),
      db.ok("DeleteTable", { TableName: "steady" }),
    ],
  },
];
