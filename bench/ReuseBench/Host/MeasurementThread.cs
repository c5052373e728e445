using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// Runs one repeat on a thread of its own, in a fresh network namespace where asked for. The thread starts the repeat's processes and
/// outlives them, since a child dies with the thread that started it; the namespace goes with the last of them.
/// </summary>
internal static class MeasurementThread
{
    /// <param name="ownNamespace">Whether it gets one.</param>
    /// <param name="sysctls">Set in it.</param>
    /// <param name="measure">Runs on the thread.</param>
    /// <param name="addresses">That its loopback is to have beside 127.0.0.0/8 and ::1; none without a namespace of its own.</param>
    public static T Run<T>(
        bool ownNamespace, IReadOnlyDictionary<string, string> sysctls, Func<T> measure, IReadOnlyCollection<IPAddress>? addresses = null)
    {
        T? result = default;
        ExceptionDispatchInfo? error = null;
        Thread thread = new(() =>
        {
            try
            {
                if (ownNamespace)
                {
                    EnterFreshNamespace(sysctls);
                    AddAddresses(addresses ?? []);
                }

                result = measure();
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
        })
        { Name = "repeat" };
        thread.Start();
        thread.Join();
        error?.Throw();
        return result!;
    }

    private static void AddAddresses(IReadOnlyCollection<IPAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        try
        {
            NetworkNamespace.AddToLoopback(addresses);
        }
        catch (LinuxException e)
        {
            throw new RepeatSkippedException($"the network namespace of the repeat cannot be given the addresses of its clients: {e.Message}");
        }
    }

    private static void EnterFreshNamespace(IReadOnlyDictionary<string, string> sysctls)
    {
        int outcome = NetworkNamespace.TryUnshareCurrentThread();
        if (outcome < 0)
        {
            throw new RepeatFailedException($"no network namespace could be made ({Errno.FromResult(outcome).Name})");
        }

        NetworkNamespace.BringUpLoopback();
        foreach ((string name, string value) in sysctls)
        {
            // A setting that this namespace does not have, or not for writing, stays as it is; what is in force is recorded.
            _ = Sysctl.TryWrite(name, value);
        }
    }
}

/// <summary>Whether each repeat gets a network namespace of its own.</summary>
internal static class IsolationChoice
{
    /// <returns>Whether it does; where it was to be had and is not, the sentence that says what that costs.</returns>
    /// <exception cref="UsageException">It was demanded and cannot be had.</exception>
    public static (bool Isolate, string? LeftOut) Resolve(Isolation isolation)
    {
        if (isolation == Isolation.None)
        {
            return (false, null);
        }

        if (NetworkNamespace.CanHaveOne(out LinuxException? problem))
        {
            return (true, null);
        }

        return isolation == Isolation.Auto
            ? (false, $"No network namespace could be made ({What(problem)}): repeats share the host's TIME_WAIT table, counters and hash seed, "
                + "and kernel counts are left out. Run as root to have them.")
            : throw UsageException.OfHost(
                $"isolate: no network namespace can be made here ({What(problem)}); run as root, under `unshare -Urn`, or with --isolate auto");
    }

    private static string What(LinuxException problem) => $"{problem.Call} {problem.Subject}: {problem.Errno.Name}";

    /// <summary>As <c>run.json</c> has it.</summary>
    public static string NameOf(bool isolate) => Names.Of(isolate ? Isolation.Netns : Isolation.None);
}

/// <summary>
/// Keeps every thread of this program on some CPUs until it is disposed, those that begin meanwhile included: a thread begins where its creator is.
/// A child does, too, so whoever starts one lets it have all CPUs (<see cref="ThreadPin"/>).
/// </summary>
internal sealed class ProgramPin : IDisposable
{
    private const string Threads = "/proc/self/task";

    private readonly int[] _before = CpuAffinity.OfCurrentThread();
    private readonly bool _isPinned;

    private ProgramPin(CpuList cpus)
    {
        _isPinned = !cpus.IsEmpty;
        if (_isPinned)
        {
            Move([.. cpus.Cpus]);
        }
    }

    /// <summary>The CPUs that a child is started on; none where the program is not pinned, and a child begins anywhere.</summary>
    public CpuList ForChildren => _isPinned ? new CpuList(_before) : CpuList.None;

    /// <param name="cpus">None leaves every thread where it is.</param>
    public static ProgramPin To(CpuList cpus) => new(cpus);

    public void Dispose()
    {
        if (_isPinned)
        {
            Move(_before);
        }
    }

    private static void Move(int[] cpus)
    {
        foreach (string thread in Directory.EnumerateDirectories(Threads))
        {
            try
            {
                CpuAffinity.SetThread(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), cpus);
            }
            catch (LinuxException e) when (e.Errno.Code == ErrnoCode.ESRCH)
            {
                // It has ended meanwhile.
            }
        }
    }
}

/// <summary>Keeps the calling thread, and so what it starts, on some CPUs until it is disposed by the same thread.</summary>
internal sealed class ThreadPin : IDisposable
{
    private readonly int[] _before = CpuAffinity.OfCurrentThread();

    private ThreadPin()
    {
    }

    /// <param name="cpus">None leaves the thread where it is.</param>
    public static ThreadPin To(CpuList cpus)
    {
        ThreadPin pin = new();
        if (!cpus.IsEmpty)
        {
            CpuAffinity.SetCurrentThread([.. cpus.Cpus]);
        }

        return pin;
    }

    public void Dispose() => CpuAffinity.SetCurrentThread(_before);
}

/// <summary>A repeat that did not run to its end. The message is the reason that its row carries; the run goes on.</summary>
internal sealed class RepeatFailedException(string reason) : Exception(reason)
{
    /// <summary>
    /// Whether a repeat may end so: host, kernel and child processes fail in these ways. Anything else is a defect of this program.
    /// </summary>
    public static bool IsExpected(Exception e) => e is RepeatFailedException or UsageException or LinuxException or IOException
        or UnauthorizedAccessException or SocketException or TimeoutException or Win32Exception or OutOfMemoryException;
}

/// <summary>
/// A repeat that cannot be had here, for want of a right or of something in the kernel; the message says what is missing. It is a row with the
/// reason, and no failure.
/// </summary>
internal sealed class RepeatSkippedException(string message) : Exception(message);
