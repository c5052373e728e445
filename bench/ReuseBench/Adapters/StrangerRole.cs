using System.Globalization;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Adapters;

/// <summary>
/// The role <c>stranger</c>: the step between fork and exec of a server of somebody else. It begins a session of its own, asks to be killed with the
/// thread that started it, and becomes the server. Only <see cref="AdaptedServer"/> starts it.
/// </summary>
internal static class StrangerRole
{
    /// <summary>Its name.</summary>
    public const string Role = "stranger";

    /// <summary>A program that could not be executed, as a shell has it.</summary>
    private const int NotExecutable = 126;

    /// <summary>Its sleeps end when they are told to, as those of our own server do; otherwise the kernel may let each last 50 µs longer.</summary>
    private const string Exact = "exact";

    private const string Usual = "usual";

    /// <summary>What this program is told to become another one.</summary>
    /// <param name="command">The program's full path, then its arguments.</param>
    /// <param name="sleepsExactly">Whether the timers of it and of all that it starts are as exact as they can be.</param>
    public static string[] Arguments(IReadOnlyList<string> command, bool sleepsExactly = false) =>
        [Role, $"{Environment.ProcessId}", sleepsExactly ? Exact : Usual, .. command];

    /// <param name="arguments">Behind the role.</param>
    /// <returns>The exit code, where it cannot become the program; null where nobody of ours wrote the arguments.</returns>
    public static int? TryRun(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 3 || arguments[1] is not (Exact or Usual)
            || !int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out int parent))
        {
            return null;
        }

        try
        {
            if (arguments[1] == Exact)
            {
                // Kept across execve, and inherited by what the program forks and by its threads.
                ThreadInfo.SetTimerSlack(1);
            }

            ProgramExecution.BecomeStranger(parent, arguments[2..].ToArray());
        }
        catch (LinuxException e)
        {
            Console.Error.WriteLine(e.Message);
        }

        return NotExecutable;
    }
}
