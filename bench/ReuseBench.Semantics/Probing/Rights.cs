using System.Runtime.ExceptionServices;
using ReuseBench.Linux;

namespace ReuseBench.Semantics.Probing;

/// <summary>What the caller may do; a reason instead of a right says why the cases that need it are skipped.</summary>
/// <param name="NoNamespace">Why there is no private network namespace; null where there is.</param>
/// <param name="NoDevices">Why there are no interfaces to bind to; null where there are.</param>
/// <param name="NoOtherUser">Why no socket can be made as another user; null where it can.</param>
public sealed record Rights(string? NoNamespace, string? NoDevices, string? NoOtherUser)
{
    private const string RunAsRoot = "run as root";

    /// <summary>Tries each right on a thread of its own rather than reading what it should be: containers filter calls.</summary>
    public static Rights OfThisProcess() => new(
        Missing("a private network namespace", () => ProbeSite.CreatePrivate().Dispose()),
        Missing("interfaces in a private network namespace", () => ProbeSite.CreateWithDevices().Dispose()),
        Missing("a socket of another user", () => UserIds.SetFsUid(OtherUser.OfThisThread())));

    private static string? Missing(string what, Action attempt) => DedicatedThread.Run(() =>
    {
        try
        {
            attempt();
            return null;
        }
        catch (LinuxException e)
        {
            return $"needs {what} ({e.Call}: {e.Errno.Name}); {RunAsRoot}";
        }
    });
}

/// <summary>A user who is not the one that the calling thread makes its sockets as.</summary>
internal static class OtherUser
{
    private const uint Nobody = 65534;
    private const uint AnotherNobody = 65533;

    public static uint OfThisThread() => UserIds.FileSystem() == Nobody ? AnotherNobody : Nobody;
}

/// <summary>
/// Runs something on a thread of its own and ends with it: a thread that has changed its namespace or its user must not go
/// back to the pool.
/// </summary>
internal static class DedicatedThread
{
    public static T Run<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
