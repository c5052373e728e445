using System.Runtime.Versioning;

namespace ReuseBench.Linux.Tests;

[SupportedOSPlatform("linux")]
public sealed class FolderLockTests
{
    [Fact]
    public void A_folder_has_one_holder_at_a_time_and_the_other_learns_who()
    {
        string folder = Directory.CreateTempSubdirectory("reusebench-lock-").FullName;
        try
        {
            Assert.True(FolderLock.TryTake(folder, out FolderLock? first, out _));
            Assert.False(FolderLock.TryTake(folder, out FolderLock? second, out int? holder));
            Assert.Null(second);
            Assert.Equal(Environment.ProcessId, holder);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));

            first!.Dispose();
            Assert.True(FolderLock.TryTake(folder, out FolderLock? third, out _));
            third!.Dispose();
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void The_owner_of_a_file_and_who_may_write_to_it_are_read()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Equal(new FileOwner(UserIds.Effective(), WritableByOthers: false), FileOwner.Of(file));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
            Assert.True(FileOwner.Of(file).WritableByOthers);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
