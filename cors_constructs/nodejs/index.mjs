export { addHeaders, cors, headersFor } from "./index.cjs";
