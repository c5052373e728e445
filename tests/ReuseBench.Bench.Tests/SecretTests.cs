using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ReuseBench.Bench.Tests;

/// <summary>Keys of a lab belong on its hosts, and in no tree.</summary>
public sealed partial class SecretTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void No_tracked_file_holds_a_key() =>
        Assert.All(TrackedFiles().Where(File.Exists), path => Assert.False(HasSecret(File.ReadAllText(path)), path));

    [Fact]
    public void A_key_that_somebody_adds_is_found()
    {
        // Guards the guard; put together, so that this file holds none.
        Assert.True(HasSecret($"-----BEGIN {"PRIVATE"} KEY-----\n"));
        Assert.True(HasSecret($"-----BEGIN EC {"PRIVATE"} KEY-----\n"));
        Assert.True(HasSecret("seed: S" + "U" + new string('A', 56) + "\n"));
        Assert.False(HasSecret("a public key: U" + new string('A', 55)));
        Assert.NotEmpty(TrackedFiles());
    }

    [Theory]
    [InlineData("host.nk")]
    [InlineData("host.key")]
    [InlineData("lab.seed")]
    [InlineData("user.creds")]
    public void Files_of_keys_are_ignored(string name) => Assert.Equal(name, Git("check-ignore", name).Trim());

    private static bool HasSecret(string text) => Secret().IsMatch(text);

    private static IEnumerable<string> TrackedFiles() =>
        Git("ls-files", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(file => RepositoryRoot.Of(file));

    private static string Git(params string[] arguments)
    {
        Process? git = null;
        try
        {
            git = Process.Start(new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = RepositoryRoot.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (Win32Exception)
        {
            Assert.Skip("git is not installed; which files are tracked cannot be told");
        }

        using (git)
        {
            string output = git!.StandardOutput.ReadToEnd();
            Assert.True(git.WaitForExit(Limit), "git did not end");
            Assert.SkipWhen(git.ExitCode == 128, "this tree has no history of git: which files are tracked cannot be told");
            return output;
        }
    }

    [GeneratedRegex("PRIVATE[ ]KEY|SU[A-Z2-7]{56}")]
    private static partial Regex Secret();
}
