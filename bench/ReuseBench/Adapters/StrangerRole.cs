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

    /// <summary>What this program is told to become another one.</summary>
    /// <param name="command">The program's full path, then its arguments.</param>
    public static string[] Arguments(IReadOnlyList<string> command) => [Role, $"{Environment.ProcessId}", .. command];

    /// <param name="arguments">Behind the role.</param>
    /// <returns>The exit code, where it cannot become the program; null where nobody of ours wrote the arguments.</returns>
    public static int? TryRun(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 2 || !int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out int parent))
        {
            return null;
        }

        try
        {
            ProgramExecution.BecomeStranger(parent, arguments[1..].ToArray());
        }
        catch (LinuxException e)
        {
            Console.Error.WriteLine(e.Message);
        }

        return NotExecutable;
    }
}
