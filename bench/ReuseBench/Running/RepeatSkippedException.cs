namespace ReuseBench.Bench.Running;

/// <summary>A repeat that cannot be had here, for want of a right or of something in the kernel; the message says what is missing. It is a row with the reason, and no failure.</summary>
internal sealed class RepeatSkippedException(string message) : Exception(message);
