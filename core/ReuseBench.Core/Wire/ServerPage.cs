using System.Runtime.InteropServices;

namespace ReuseBench.Core.Wire;

/// <summary>
/// Layout of the shared mapping that a server writes and the runner reads, also after the server was killed: a header, one block
/// of counters for each worker, then a log of events. All values are native-endian 64-bit words that are written whole.
/// </summary>
public static class ServerPage
{
    public const long Magic = 0x3148_434E_4255_5352;

    /// <summary>Events that fit; later ones are counted in <see cref="ServerPageHeader.Events"/> but not kept.</summary>
    public const int EventCapacity = 65_536;

    public static long Size(int workers) => EventsOffset(workers) + ((long)EventCapacity * Marshal.SizeOf<ServerEvent>());

    public static long WorkerOffset(int worker) => Marshal.SizeOf<ServerPageHeader>() + ((long)worker * Marshal.SizeOf<WorkerCounters>());

    public static long EventsOffset(int workers) => WorkerOffset(workers);

    public static long EventOffset(int workers, int index) => EventsOffset(workers) + ((long)index * Marshal.SizeOf<ServerEvent>());
}

[StructLayout(LayoutKind.Sequential, Size = 128)]
public struct ServerPageHeader
{
    /// <summary><see cref="ServerPage.Magic"/>, written last: the page may be read once it is there.</summary>
    public long Magic;

    public long Workers;

    /// <summary>Events logged so far, those that no longer fitted included; taken by an atomic increment.</summary>
    public long Events;

    /// <summary>CPU time, in nanoseconds, and context switches of the thread that belongs to no worker: the acceptor of <c>single</c>.</summary>
    public long BesideCpuNs;
    public long BesideVoluntarySwitches;
    public long BesideInvoluntarySwitches;
}

/// <summary>Whole-life counts of one worker; written by its thread only, without locks. Its own cache lines.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
public struct WorkerCounters
{
    /// <summary>Connections accepted (for <c>single</c>: dealt to this worker).</summary>
    public long Accepted;

    /// <summary>Answers written whole, of whatever status.</summary>
    public long Requests;

    /// <summary>
    /// Requests that were refused as malformed, oversized or not supported (400, 431, 501, 505); in Requests too once the refusal was written
    /// whole.
    /// </summary>
    public long BadRequests;

    /// <summary>Connections that ended, however.</summary>
    public long Closed;

    /// <summary>Connections of <see cref="Closed"/> that the client had already reset when they were accepted.</summary>
    public long AcceptedReset;

    /// <summary>Connections whose SO_INCOMING_CPU was the worker's own CPU; counted only where the setting locality is on.</summary>
    public long AcceptedLocal;

    /// <summary>CPU time of the worker's thread(s), in nanoseconds; refreshed on every tick of its loop and at its end.</summary>
    public long CpuNs;

    public long VoluntarySwitches;
    public long InvoluntarySwitches;

    /// <summary>Process and thread of the worker; 0 before it runs.</summary>
    public long Pid;
    public long Tid;

    /// <summary>CLOCK_MONOTONIC of the last accept, 0 before the first: what a killed server cannot say any more.</summary>
    public long LastAcceptNs;

    /// <summary>Of <see cref="Accepted"/>, those over IPv6; counted only where the listener takes both families.</summary>
    public long AcceptedIpv6;
}

public enum ServerEventKind
{
    None,
    ProcessStarted,
    StopAsked,
    LastAccept,
    ListenerClosed,
    ConnectionsClosed,
    BindAttempt,
    Listening,
    FirstAccept,
    FirstAnswer,
    Drained,

    /// <summary>The wait for the port ended without it; the errno is that of the last bind.</summary>
    GaveUp,

    /// <summary>
    /// The patience ended before the handshakes of the closing listener were over, before its queue was empty, or before all that it had accepted was
    /// answered.
    /// </summary>
    DrainCut,
}

[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct ServerEvent
{
    /// <summary>CLOCK_MONOTONIC, nanoseconds; written last, 0 means not yet written.</summary>
    public long TimeNs;

    /// <summary><see cref="ServerEventKind"/>.</summary>
    public int Kind;

    /// <summary>Which life of the listener, from 0.</summary>
    public int Generation;

    /// <summary>0, or the errno of the step.</summary>
    public int Errno;

    /// <summary>A count that belongs to the step (connections closed, sockets in TIME_WAIT), or the worker.</summary>
    public int Detail;
}
