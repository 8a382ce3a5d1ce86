/** Bucket classes by the names of the package's major 6; the test runs it with those of 7 too. */
import * as aws from "@pulumi/aws";

export default $config({
  app: (input) => ({ name: "names", stage: input.stage, home: "aws", providers: { aws: "6.83.0" } }),
  async run() {
    const bucket = new aws.s3.BucketV2("Bucket", { forceDestroy: true });
    const controls = new aws.s3.BucketOwnershipControls("Controls", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerPreferred" },
    });
    new aws.s3.BucketAclV2("Acl", { bucket: bucket.id, acl: "private" }, { dependsOn: controls });
    const versioning = new aws.s3.BucketVersioningV2("Versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new aws.s3.BucketServerSideEncryptionConfigurationV2("Encryption", {
      bucket: bucket.id,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new aws.s3.BucketLifecycleConfigurationV2(
      "Lifecycle",
      {
        bucket: bucket.id,
        rules: [
          {
            id: "old",
            status: "Enabled",
            filter: { prefix: "tmp/" },
            expiration: { days: 3 },
            noncurrentVersionExpiration: { noncurrentDays: 9 },
          },
        ],
      },
      { dependsOn: [versioning] },
    );
    new aws.s3.BucketCorsConfigurationV2("Cors", {
      bucket: bucket.id,
      corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["*"] }],
    });
    new aws.s3.BucketWebsiteConfigurationV2("Website", { bucket: bucket.id, indexDocument: { suffix: "index.html" } });
    new aws.s3.BucketObjectv2("Object", { bucket: bucket.id, key: "index.html", content: "<p>", contentType: "text/html" });
    return { bucket: bucket.bucket };
  },
});
