/** Uploads become work: S3 → SQS → Lambda with a dead-letter queue, S3 → Lambda, table stream → Lambda, topic → queue, function and e-mail. */
export default $config({
  app(input) {
    return {
      name: "pipeline",
      stage: input?.stage ?? "dev",
      home: "aws",
      removal: input?.stage === "production" ? "retain" : "remove",
    };
  },
  async run() {
    const { storage } = await import("./infra/storage");
    const { workers } = await import("./infra/workers");
    const stores = storage();
    return workers(stores);
  },
});
