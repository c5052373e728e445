namespace ReuseBench.Bench.Restarts;

/// <summary>A restart that cannot be had here; the message says what is missing. It is a row with the reason, and no failure.</summary>
internal sealed class RestartSkippedException(string message) : Exception(message);
