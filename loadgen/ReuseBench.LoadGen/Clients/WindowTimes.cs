namespace ReuseBench.LoadGen.Clients;

/// <summary>When the schedule and the measured window begin and when the window ends, CLOCK_MONOTONIC; told by one thread to many.</summary>
internal sealed class WindowTimes
{
    private Times? _times;

    /// <summary>Null until all threads are ready.</summary>
    public Times? Current => Volatile.Read(ref _times);

    public void Publish(Times times) => Volatile.Write(ref _times, times);

    /// <param name="EpochNs">The warm-up begins, and with it the open loop's schedule or the ramp of clients.</param>
    /// <param name="BeginNs">The window begins; <see cref="long.MaxValue"/> while a ramp of clients decides when.</param>
    /// <param name="EndNs">The window ends; likewise.</param>
    public sealed record Times(long EpochNs, long BeginNs, long EndNs);
}
