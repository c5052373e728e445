namespace ReuseBench.LoadGen.Clients;

/// <summary>When the schedule and the measured window begin and when the window ends, CLOCK_MONOTONIC; told by one thread to many.</summary>
internal sealed class WindowTimes
{
    private Times? _times;

    /// <summary>Null until all threads are ready.</summary>
    public Times? Current => Volatile.Read(ref _times);

    public void Publish(Times times) => Volatile.Write(ref _times, times);

    /// <param name="EpochNs">The open loop's schedule begins.</param>
    /// <param name="BeginNs">The window begins.</param>
    /// <param name="EndNs">The window ends.</param>
    public sealed record Times(long EpochNs, long BeginNs, long EndNs);
}
