# Commits, branches, merges, rebase, clone, gc, fsck.
set -e
export HOME=/tmp GIT_AUTHOR_DATE='@1000000000 +0000' GIT_COMMITTER_DATE='@1000000000 +0000' GIT_MERGE_AUTOEDIT=no GIT_EDITOR=true GIT_PAGER=cat
cd /tmp
git config --global user.email a@example.org; git config --global user.name A; git config --global init.defaultBranch main; git config --global advice.detachedHead false
git init -q r; cd r
for i in 1 2 3 4 5; do seq $((i * 50)) >f$i; mkdir -p d$i; echo $i >d$i/x; git add .; git commit -q -m "commit $i"; done
git checkout -q -b topic HEAD~2; echo topic >t; git add t; git commit -q -m topic; sed -i s/^7$/seven/ f1; git commit -q -a -m seven
git checkout -q main; git merge -q --no-ff -m merged topic; git log --graph --format=%s; git show --stat --format=%s HEAD~1 | cat
git checkout -q -b r2 HEAD~1; echo r2 >r2; git add r2; git commit -q -m r2; git rebase -q main; git log --format='%H %s' -n 3
git mv f2 g2; git rm -q f3; git status --short; git stash -q; git stash list; git stash pop -q; git commit -q -m moved; git diff --name-status HEAD~1 -M
git tag -a v1 -m v1; git describe; git tag | wc -l; git branch --list | cat; git blame -s f1 | sed -n 7p; git grep -c seven -- f1; git ls-files | wc -l
sed -i s/^9$/nine/ f1; git diff | tail -n 3; git checkout -q f1; git cherry-pick -n HEAD~3 2>/dev/null || git reset -q --hard; git clean -fdq; git reset -q --hard v1
git clone -q . ../c; cd ../c; git remote -v | wc -l; echo c >c; git add c; git commit -q -m 'in the clone'; git push -q origin HEAD:refs/heads/pushed; cd ../r; git log -n 1 --format=%s pushed
git clone -q --bare --no-local . ../b.git; git --git-dir=../b.git rev-parse v1; git ls-remote ../b.git | wc -l; git bundle create -q ../bundle --all; git clone -q ../bundle ../from; ls ../from | wc -l
git checkout -q -b conflict main; echo x >f1; git commit -q -a -m x; git checkout -q -b other main; echo y >f1; git commit -q -a -m y; git merge -q conflict >/dev/null 2>&1 || git status --short | head -n 1; git merge --abort
git gc -q --prune=now; git fsck --strict; git count-objects -v | sed -n '/count/p; /packs/p; /garbage/p'; git archive HEAD | wc -c; git repack -q -a -d -f --threads=2; git verify-pack .git/objects/pack/*.idx; git log --oneline --all | wc -l
git worktree add -q ../w r2; ls ../w | wc -l; git submodule status; git reflog | wc -l; git rev-list --all --objects | wc -l; git bisect start HEAD v1~3 >/dev/null 2>&1; git bisect run sh -c 'test ! -f g2' 2>/dev/null | sed -n 's/.*\(first bad\)/\1/p'; git bisect reset >/dev/null 2>&1; git rev-parse --is-inside-work-tree
