// The backend of examples/scan_records as an Express app, which the package cors has answer pages as the API does.
//
//     export AWS_ENDPOINT_URL=http://127.0.0.1:4566  # the table's address, which `make demo` prints as it starts
//     export AWS_REGION=eu-central-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
//     cd examples/local_backends/express && npm install && npm start
//
// It listens at http://127.0.0.1:5001, or at the PORT of the environment, and asks for the key RECORDS_KEY where that is
// set. Whether a page may call it:
//
//     cors-constructs fetch http://127.0.0.1:5001 GET /records/r-1 --origin http://localhost:8080
"use strict";

const { createHash, timingSafeEqual } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, GetCommand, ScanCommand } = require("@aws-sdk/lib-dynamodb");
const cors = require("cors");
const express = require("express");

const POLICY = join(__dirname, "..", "..", "scan_records", "cors.json");
const { RECORDS_KEY, RECORDS_TABLE = "RecordsTable", PORT = "5001" } = process.env;
const STATUSES = ["all", "open", "closed"];
const MOST = 100;

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const app = express();

// First of all, so that preflights are answered before anybody asks for a key, with the methods of their path. Beyond the
// paths that there are, none is answered, as the API has it; but errors get their headers there, too.
const policy = settings(JSON.parse(readFileSync(POLICY, "utf8")));
app.use("/scanRecords", cors({ ...policy, methods: ["POST"] }));
app.use("/records/:id", cors({ ...policy, methods: ["GET"] }));
app.use(cors({ ...policy, preflightContinue: true }));
app.use(checkKey);
app.post("/scanRecords", express.text({ type: () => true }), scanRecords);
app.get("/records/:id", getRecord);
app.use((request, response) => response.status(404).json({ message: "Not Found" }));
app.use(failed);

// The policy in the words of the package cors. It compares texts byte by byte, and tests regular expressions: a policy
// with patterns such as https://*.example.com needs one for each, anchored at both ends.
function settings(policy) {
  const pattern = policy.allow_origins.find((origin) => origin.includes("*"));
  if (pattern) throw new Error(`${POLICY}: ${pattern} is a pattern; write a regular expression for it here`);
  return {
    origin: policy.allow_origins, // always a list: a single text would be told to strangers as well
    allowedHeaders: policy.allow_headers, // left out, cors would allow whatever a page asks for
    exposedHeaders: policy.expose_headers,
    credentials: policy.allow_credentials ?? false,
    maxAge: policy.max_age,
  };
}

function checkKey(request, response, next) {
  if (RECORDS_KEY === undefined || same(request.get("x-api-key") ?? "", RECORDS_KEY)) next();
  else response.status(403).json({ message: "Forbidden" });
}

function same(one, other) {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a, b);
}

async function scanRecords(request, response) {
  let asked;
  try {
    asked = JSON.parse(request.body);
  } catch {
    return refuse(response, ["the body is not JSON"]);
  }
  if (asked === null || typeof asked !== "object" || Array.isArray(asked)) {
    return refuse(response, ["the body is not a JSON object"]);
  }
  const wrong = problems(asked);
  if (wrong.length) return refuse(response, wrong);
  const filter = asked.status !== "all" && {
    FilterExpression: "#status = :status",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":status": asked.status },
  };
  const found = await table.send(
    new ScanCommand({
      TableName: RECORDS_TABLE,
      Limit: asked.limit ?? 25,
      ExclusiveStartKey: asked.next ? { id: asked.next } : undefined,
      ...filter,
    }),
  );
  response.json({ records: found.Items, next: found.LastEvaluatedKey?.id ?? null });
}

function problems({ status, limit = 25, next = null, ...others }) {
  const found = [];
  if (!STATUSES.includes(status)) found.push(`status is one of ${STATUSES.join(", ")}`);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) found.push(`limit is a number from 1 to ${MOST}`);
  if (next !== null && (typeof next !== "string" || !next)) found.push("next is what the page before said");
  return [...found, ...Object.keys(others).sort().map((name) => `${name} is unknown`)];
}

async function getRecord(request, response) {
  const { id } = request.params;
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) return refuse(response, ["an id is 1 to 64 letters, digits and hyphens"]);
  const { Item } = await table.send(new GetCommand({ TableName: RECORDS_TABLE, Key: { id } }));
  if (Item) response.json(Item);
  else response.status(404).json({ message: `there is no record ${id}` });
}

function refuse(response, wrong) {
  response.status(400).json({ message: wrong.join("; ") });
}

// Express knows an error handler by its four arguments. Its own one would take the CORS headers off the answer.
function failed(error, request, response, next) {
  if (response.headersSent) return next(error);
  const status = error.status ?? 500;
  if (status >= 500) console.error(error);
  response.status(status).json({ message: status < 500 ? error.message : "Internal server error" });
}

const server = app.listen(Number(PORT), "127.0.0.1", (error) => {
  if (error) {
    console.error(`cannot listen at 127.0.0.1:${PORT}: ${error.message}`);
    process.exit(1);
  }
  console.log(`The records are at http://127.0.0.1:${server.address().port}`);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)));
