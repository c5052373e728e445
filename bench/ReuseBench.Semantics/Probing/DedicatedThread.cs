using System.Runtime.ExceptionServices;

namespace ReuseBench.Semantics.Probing;

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
