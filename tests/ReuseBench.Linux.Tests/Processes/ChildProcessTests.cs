using System.Diagnostics;

namespace ReuseBench.Linux.Tests;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_child_dies_with_a_parent_that_is_killed()
    {
        using Process parent = ChildRole.Start(nameof(ChildRole.ParentOfOne));
        int child = int.Parse(await ChildRole.LineAsync(parent));
        Assert.Equal(0, ChildProcess.Kill(child, Signal.None));
        parent.Kill();
        Assert.True(parent.WaitForExit(Limit));
        Assert.True(await EndedAsync(child), $"the child {child} outlived its parent");
    }

    [Fact]
    public async Task A_child_whose_parent_is_gone_already_is_told_so()
    {
        using Process child = ChildRole.Start(nameof(ChildRole.DieWithParent), "2147483647");
        string answer = await ChildRole.LineAsync(child);
        Assert.StartsWith("prctl PR_SET_PDEATHSIG: ESRCH", answer);
        Assert.Contains("the parent 2147483647 has ended already", answer);
        Assert.True(child.WaitForExit(Limit));
    }

    [Fact]
    public async Task A_child_that_ignores_the_interrupt_lives_on_and_still_ends_on_terminate()
    {
        using Process child = ChildRole.Start(nameof(ChildRole.IgnoreInterrupt));
        Assert.Equal(ChildRole.Ready, await ChildRole.LineAsync(child));
        Assert.Equal(0, ChildProcess.Kill(child.Id, Signal.Interrupt));
        await child.StandardInput.WriteLineAsync("alive");
        Assert.Equal("after the signal: alive", await ChildRole.LineAsync(child));
        Assert.True(child.WaitForExit(Limit));
    }

    [Fact]
    public void No_such_process_is_ESRCH() => Assert.Equal(-ErrnoCode.ESRCH, ChildProcess.Kill(int.MaxValue, Signal.None));

    [Fact]
    public async Task Two_processes_share_a_mapping_by_its_path()
    {
        using SharedMapping mapping = SharedMapping.CreateAnonymous("shared", 4096);
        mapping.At<long>(0) = 41;
        using Process child = ChildRole.Start(nameof(ChildRole.AddInSharedMapping), mapping.Path);
        Assert.Equal(ChildRole.Ready, await ChildRole.LineAsync(child));
        Assert.True(child.WaitForExit(Limit));
        Assert.Equal(42, mapping.At<long>(8));
    }

    [Fact]
    public void The_descriptor_limit_is_raised_to_the_hard_one()
    {
        (long soft, long hard) = FileLimit.Current();
        try
        {
            FileLimit.SetSoft((ulong)(soft - 1));
            Assert.Equal((soft - 1, hard), FileLimit.Current());
            Assert.Equal((hard, hard), FileLimit.RaiseToHard());
            Assert.Equal((hard, hard), FileLimit.Current());
        }
        finally
        {
            FileLimit.SetSoft((ulong)soft);
        }
    }

    [Fact]
    public void The_filesystem_user_is_changed_for_this_thread_alone()
    {
        Assert.SkipUnless(UserIds.Effective() == 0, "only root may take another user's id");
        const uint nobody = 65534;
        OwnThread.Run(() =>
        {
            Assert.Equal(0u, UserIds.SetFsUid(nobody));
            Assert.Equal(nobody, UserIds.FileSystem());
            Assert.Equal(0u, OwnThread.Run(UserIds.Effective));
        });
        Assert.Equal(0u, UserIds.FileSystem());
    }

    /// <summary>Gone, or a zombie that the init of this container has not reaped.</summary>
    private static async Task<bool> EndedAsync(int pid)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(10));
        for (Stopwatch waited = Stopwatch.StartNew(); waited.Elapsed < Limit; await timer.WaitForNextTickAsync())
        {
            if (ChildProcess.Kill(pid, Signal.None) == -ErrnoCode.ESRCH || IsZombie(pid))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsZombie(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
