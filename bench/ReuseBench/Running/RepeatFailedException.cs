namespace ReuseBench.Bench.Running;

/// <summary>A repeat that did not run to its end. The message is the reason that its row carries; the run goes on.</summary>
internal sealed class RepeatFailedException(string reason) : Exception(reason);
