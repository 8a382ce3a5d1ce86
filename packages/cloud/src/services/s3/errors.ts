/** S3's errors (API Reference, "Error responses"): a row each, with the elements that stand beside Code and Message. */
import { ServiceError } from "../../core/service.ts";

export function s3Error(
  code: string,
  status: number,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): ServiceError {
  return new ServiceError(code, status, message, fields);
}

export function noSuchBucket(bucket: string): ServiceError {
  return s3Error("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: bucket });
}

/** `headers` go with the answer: a delete marker announces itself. */
export function noSuchKey(key: string, headers?: Readonly<Record<string, string>>): ServiceError {
  return s3Error("NoSuchKey", 404, "The specified key does not exist.", {
    Key: key,
    ...(headers === undefined ? {} : { $headers: headers }),
  });
}

export function noSuchUpload(uploadId: string): ServiceError {
  return s3Error(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { UploadId: uploadId },
  );
}

export function invalidArgument(message: string, name?: string, value?: string): ServiceError {
  return s3Error("InvalidArgument", 400, message, {
    ...(name === undefined ? {} : { ArgumentName: name }),
    ...(value === undefined ? {} : { ArgumentValue: value }),
  });
}

export function invalidRequest(message: string): ServiceError {
  return s3Error("InvalidRequest", 400, message);
}

export function malformedXml(): ServiceError {
  return s3Error(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

export function accessDenied(message = "Access Denied"): ServiceError {
  return s3Error("AccessDenied", 403, message);
}

export function preconditionFailed(condition: string): ServiceError {
  return s3Error("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold", {
    Condition: condition,
  });
}

export function notImplementedHeader(header: string): ServiceError {
  return s3Error("NotImplemented", 501, "A header you provided implies functionality that is not implemented", {
    Header: header,
  });
}
