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
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(15), $"not within 15 s: {what}");
            Thread.Sleep(5);
        }
    }
}
