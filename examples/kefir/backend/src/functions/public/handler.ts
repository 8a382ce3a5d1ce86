/** GET /public/b/{batchId}: the page behind the QR code on a bottle. No sign-in, nothing of the owner on it. */
import { findBatch } from "../../shared/batches.ts";
import { answering, html, pathParameter } from "../../shared/http.ts";

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export const main = answering(async (event) => {
  const batch = await findBatch(pathParameter(event, "batchId"));
  if (batch === undefined) return html(404, "<!doctype html><title>Not found</title><p>No such batch.</p>");
  return html(
    200,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(batch.name)}</title>` +
      `<h1>${escapeHtml(batch.name)}</h1><p>Started ${escapeHtml(batch.createdAt.slice(0, 10))}.</p>` +
      `${batch.notes === undefined ? "" : `<p>${escapeHtml(batch.notes)}</p>`}</html>`,
  );
});
