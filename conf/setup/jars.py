"""Nothing: submitted once by `make setup`, so that spark-submit fetches the jars of conf/spark-defaults.conf."""

print("The jars are in the Ivy cache.")
