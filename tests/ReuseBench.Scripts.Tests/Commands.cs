using System.Diagnostics;

namespace ReuseBench.Scripts.Tests;

/// <summary>Runs a command to its end, or kills it.</summary>
internal static class Commands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static async Task<Finished> Run(IEnumerable<string> command, string? directory = null, IDictionary<string, string>? environment = null)
    {
        using Process process = Start(command, directory, environment);
        process.StandardInput.Close();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        giveUp.CancelAfter(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(giveUp.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(giveUp.Token);
            await process.WaitForExitAsync(giveUp.Token);
            return new Finished(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public static Process Start(IEnumerable<string> command, string? directory = null, IDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command.First(), command.Skip(1))
        {
            WorkingDirectory = directory ?? "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
