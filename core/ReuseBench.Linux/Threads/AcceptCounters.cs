using System.Globalization;
using System.Text;

namespace ReuseBench.Linux;

/// <summary>
/// Counts the connections that threads of other programs accept, by the kernel's tracepoints at the end of accept4(2) and accept(2). While one is open,
/// every system call of the host takes the slower way past the tracepoints. Accepts by io_uring pass neither call.
/// <see href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</see>
/// </summary>
public sealed unsafe class AcceptCounters : IDisposable
{
    private const string Accepted = "ret >= 0";
    private const int AnyCpu = -1;
    private const int NoGroup = -1;

    private static readonly string[] Calls = ["accept4", "accept"];

    private readonly long[] _tracepoints;
    private readonly List<Counted> _counted = [];

    private AcceptCounters(long[] tracepoints) => _tracepoints = tracepoints;

    /// <summary>Threads that are counted.</summary>
    public int Count => _counted.Count;

    /// <param name="why">Why nothing can be counted here, in one line; null where it can.</param>
    public static AcceptCounters? TryOpen(out string? why)
    {
        try
        {
            using Descriptor tracefs = DetachedMount.Of("tracefs");
            why = null;
            return new AcceptCounters([.. Calls.Select(call => IdOf(tracefs, call))]);
        }
        catch (LinuxException e)
        {
            why = e.Message;
            return null;
        }
    }

    /// <summary>Counts what a thread accepts from now on.</summary>
    /// <param name="thread">Its id.</param>
    /// <param name="withDescendants">Also what is accepted by threads and processes that it starts from now on, and those start.</param>
    /// <returns>0, or the negative errno: ESRCH where it has ended, EACCES or EPERM without the right, EMFILE.</returns>
    public int TryAdd(int thread, bool withDescendants)
    {
        List<Descriptor> events = [];
        foreach (long tracepoint in _tracepoints)
        {
            int result = Open(thread, tracepoint, withDescendants);
            if (result >= 0)
            {
                events.Add(Descriptor.Own(result, "perf_event_open", $"thread {thread}"));
                result = Begin(events[^1]);
            }

            if (result < 0)
            {
                events.ForEach(e => e.Dispose());
                return result;
            }
        }

        _counted.Add(new Counted(thread, events));
        return 0;
    }

    /// <summary>Connections by thread so far, also of those that have ended.</summary>
    public IReadOnlyList<(int Thread, long Accepted)> Read() => [.. _counted.Select(counted => (counted.Thread, counted.Events.Sum(Read)))];

    public void Dispose() => _counted.ForEach(counted => counted.Events.ForEach(e => e.Dispose()));

    private static long IdOf(Descriptor tracefs, string call)
    {
        const int longest = 32;
        string path = $"events/syscalls/sys_exit_{call}/id";
        using Descriptor file = Descriptor.Own(
            LibC.Result(LibC.openat(tracefs.Value, path, LibC.O_RDONLY | LibC.O_CLOEXEC, 0)), "open", $"tracefs {path}");
        byte* buffer = stackalloc byte[longest];
        int length = LinuxException.ThrowIfError(LibC.Result(LibC.read(file.Value, buffer, longest)), "read", $"tracefs {path}");
        return long.Parse(Encoding.ASCII.GetString(buffer, length).Trim(), CultureInfo.InvariantCulture);
    }

    private static int Open(int thread, long tracepoint, bool withDescendants)
    {
        LibC.PerfEventAttributes attributes = new()
        {
            Type = LibC.PERF_TYPE_TRACEPOINT,
            Size = LibC.PERF_ATTR_SIZE_VER0,
            Config = (ulong)tracepoint,

            // Until it has its filter.
            Flags = LibC.PerfEventAttributes.Disabled | (withDescendants ? LibC.PerfEventAttributes.Inherit : 0),
        };
        return LibC.Result(LibC.syscall_perf_event_open(
            (nint)SystemCallNumbers.Current.PerfEventOpen, &attributes, thread, AnyCpu, NoGroup, LibC.PERF_FLAG_FD_CLOEXEC));
    }

    private static int Begin(Descriptor counter)
    {
        byte[] filter = Encoding.ASCII.GetBytes(Accepted + '\0');
        fixed (byte* text = filter)
        {
            int result = LibC.Result(LibC.ioctl(counter.Value, LibC.PERF_EVENT_IOC_SET_FILTER, text));
            return result < 0 ? result : LibC.Result(LibC.ioctl(counter.Value, LibC.PERF_EVENT_IOC_ENABLE, null));
        }
    }

    private static long Read(Descriptor counter)
    {
        long count;
        LinuxException.ThrowIfError(LibC.Result(LibC.read(counter.Value, &count, sizeof(long))), "read", "a counter of accepted connections");
        return count;
    }

    private sealed record Counted(int Thread, List<Descriptor> Events);
}
