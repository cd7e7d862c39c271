"""What the Lambda functions run: `scan.handler` and `get.handler`. It needs boto3, which Lambda has."""
