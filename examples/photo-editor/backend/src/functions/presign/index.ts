/** POST /upload/presign: a job and a URL to put its photo to. */
import { answering, bodyOf, json } from "../../shared/http.ts";
import { beginUpload } from "../../shared/uploads.ts";

export const handler = answering(async (event) => json(201, await beginUpload(bodyOf(event))));
