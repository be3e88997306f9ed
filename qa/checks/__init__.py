"""What `qa.verify` looks at: does each thing that a written sentence says stand in the words that it cites?"""
