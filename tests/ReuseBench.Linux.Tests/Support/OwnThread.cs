using System.Runtime.ExceptionServices;

namespace ReuseBench.Linux.Tests;

/// <summary>Runs what changes its thread (namespace, affinity, fsuid) on a thread that ends with it.</summary>
internal static class OwnThread
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    internal static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Limit), $"the thread did not end within {Limit}");
        failure?.Throw();
    }

    internal static T Run<T>(Func<T> function)
    {
        T? result = default;
        Run(() => { result = function(); });
        return result!;
    }
}
