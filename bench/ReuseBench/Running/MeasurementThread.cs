using System.Runtime.ExceptionServices;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>
/// Runs one repeat on a thread of its own, in a fresh network namespace where asked for. The thread starts the repeat's processes and
/// outlives them, since a child dies with the thread that started it; the namespace goes with the last of them.
/// </summary>
internal static class MeasurementThread
{
    public static T Run<T>(bool ownNamespace, IReadOnlyDictionary<string, string> sysctls, Func<T> measure)
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

    /// <summary>Whether this process may make a network namespace; tried on a thread that ends at once.</summary>
    public static bool CanIsolate(out Errno reason)
    {
        int outcome = 0;
        Thread thread = new(() => outcome = NetworkNamespace.TryUnshareCurrentThread()) { Name = "namespace probe" };
        thread.Start();
        thread.Join();
        reason = outcome < 0 ? Errno.FromResult(outcome) : default;
        return outcome >= 0;
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
