using System.Diagnostics;

namespace ReuseBench.Servers.Tests;

/// <summary>Waiting for something to come true, with a limit.</summary>
internal static class Wait
{
    public static void Until(Func<bool> holds, string what)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"not within a minute: {what}");
            Thread.Sleep(5);
        }
    }
}
