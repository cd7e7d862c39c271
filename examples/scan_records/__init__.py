"""A page with records: two Lambda functions over a DynamoDB table, which share the API's policy, and a front end."""
