namespace ReuseBench.Linux;

/// <summary>
/// Keeps the calling thread on the CPU that it runs on, until it is disposed by the same thread.
/// </summary>
/// <remarks>
/// On loopback a packet goes through the backlog of the CPU that sends it. Where a thread moves between the end of a handshake and a reset
/// that follows at once, the reset can overtake the last ACK: the kernel then drops a connection that the client saw established, and
/// which no listener will ever get.
/// </remarks>
public readonly struct StayOnCpu : IDisposable
{
    private readonly int[] _allowed;

    private StayOnCpu(int[] allowed) => _allowed = allowed;

    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static StayOnCpu Begin()
    {
        StayOnCpu stay = new(CpuAffinity.OfCurrentThread());
        CpuAffinity.SetCurrentThread([ThreadInfo.CurrentCpu()]);
        return stay;
    }

    public void Dispose() => CpuAffinity.SetCurrentThread(_allowed);
}
