using System.Diagnostics;

namespace ReuseBench.SystemTests;

/// <summary>Waits for a condition that another process brings about, up to a limit.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = RunningProgram.DefaultLimit;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static void Holds(Func<bool> condition, Func<string> otherwise) => Assert.True(Is(condition), otherwise());

    /// <returns>Whether it came about within the limit.</returns>
    public static bool Is(Func<bool> condition)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed >= Limit)
            {
                return false;
            }

            Thread.Sleep(Pause);
        }

        return true;
    }
}
