using System.Diagnostics;

namespace ReuseBench.SystemTests;

/// <summary>Waits for a condition that another process brings about, up to a limit.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static void Holds(Func<bool> condition, Func<string> otherwise)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, otherwise());
            Thread.Sleep(Pause);
        }
    }
}
