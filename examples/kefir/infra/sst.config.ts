/**
 * Kefir: infrastructure of a fermentation diary (mobile app, HTTP API, photos, reminders).
 * Stacks are plain functions that hand their outputs to the stacks that depend on them; see ARCHITECTURE.md.
 */
export default $config({
  app(input) {
    return {
      name: "kefir-app",
      stage: input?.stage || "dev",
      // BucketV2 and its like are classes of @pulumi/aws 6
      providers: { aws: "6.83.0" },
    };
  },
  async run() {
    // Order matters - dependencies first
    const authStack = await import("./stacks/AuthStack");
    const auth = authStack.default();

    const dataStack = await import("./stacks/DataStack");
    const data = dataStack.default();

    const schedulerStack = await import("./stacks/SchedulerStack");
    const scheduler = schedulerStack.default({ dataStack: data });

    const apiStack = await import("./stacks/ApiStack");
    const api = apiStack.default({ authStack: auth, dataStack: data, schedulerStack: scheduler });

    const monitoringStack = await import("./stacks/MonitoringStack");
    const monitoring = monitoringStack.default({ apiStack: api, authStack: auth, schedulerStack: scheduler });

    return {
      apiUrl: api.url,
      userPoolId: auth.userPoolId,
      userPoolClientId: auth.clientId,
      tableName: data.tableName,
      bucketName: data.bucketName,
      scheduleGroup: scheduler.groupName,
      reminderFunction: scheduler.reminderFunctionName,
      alarmQueueUrl: monitoring.alarmQueueUrl,
      reminderAlarm: monitoring.reminderAlarm,
    };
  },
});
