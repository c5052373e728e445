using Spectre.Console;

namespace ReuseBench.Bench.Progress;

/// <summary>Standard output as a run uses it: a terminal with its width, or a log.</summary>
internal static class RunConsole
{
    private const int LogWidth = 240;

    public static IAnsiConsole Create()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            // No terminal, no width to keep to: a table in a log is read unwrapped.
            console.Profile.Width = LogWidth;
        }

        return console;
    }

    public static IRunProgress ProgressOn(IAnsiConsole console) => Console.IsOutputRedirected || !console.Profile.Capabilities.Ansi
        ? new PlainProgress(Console.Out)
        : new TerminalProgress(console);
}
